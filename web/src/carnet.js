// Carnet works without this file; with it, passkeys are possible and a few things are easier.
document.documentElement.classList.add("js");
