import{k as t}from"./shared-YJMEAAD5.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
