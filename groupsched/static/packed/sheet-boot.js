import{D as m,J as o}from"./shared-AQOAH24U.js";m();o();
