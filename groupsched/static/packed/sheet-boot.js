import{E as m,M as o}from"./shared-YL544R4Q.js";m();o();
