import{D as m,J as o}from"./shared-2YUB34PJ.js";m();o();
