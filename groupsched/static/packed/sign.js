import{j as t}from"./shared-TYPDH6VA.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
