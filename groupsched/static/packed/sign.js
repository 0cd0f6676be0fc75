import{j as t}from"./shared-2YUB34PJ.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
