import{j as t}from"./shared-AFGWO2ZQ.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
