import{k as t}from"./shared-TWUAX2MV.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
