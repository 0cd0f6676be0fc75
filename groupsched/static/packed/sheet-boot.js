import{F as m,L as o}from"./shared-TWUAX2MV.js";m();o();
