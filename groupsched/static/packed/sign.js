import{j as t}from"./shared-YL544R4Q.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
