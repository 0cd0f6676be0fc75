import{j as t}from"./shared-AQOAH24U.js";var{key:o}=document.getElementById("main").dataset;t({by:"hand",since:Date.now(),key:o});
