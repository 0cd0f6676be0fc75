import{j as t}from"./shared-IKJI7N6E.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
