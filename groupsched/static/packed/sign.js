import{j as t}from"./shared-P6EVRQGZ.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
