import{j as t}from"./shared-7OSHA6MX.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
