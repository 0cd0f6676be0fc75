import{D as m,J as o}from"./shared-TYPDH6VA.js";m();o();
