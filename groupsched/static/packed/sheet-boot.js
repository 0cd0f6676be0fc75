import{A as m,G as o}from"./shared-P6EVRQGZ.js";m();o();
