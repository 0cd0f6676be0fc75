import{j as t}from"./shared-CV5X4H7L.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
