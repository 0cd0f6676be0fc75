import{F as m,L as o}from"./shared-YJMEAAD5.js";m();o();
