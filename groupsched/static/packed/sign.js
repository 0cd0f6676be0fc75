import{j as t}from"./shared-PMIBSI57.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
