import{D as m,L as o}from"./shared-CV5X4H7L.js";m();o();
