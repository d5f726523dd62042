// Draws the contract, with the token of an open emulator filled in.
"use strict";

const place = document.getElementById("reference");
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

const viewer = SwaggerUIBundle({
  domNode: place,
  url: place.dataset.contract,
  deepLinking: true,
  displayRequestDuration: true,
  showExtensions: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    // The viewer takes itself for the whole page; there is one main part already.
    const operations = document.getElementById("operations");
    operations?.setAttribute("role", "region");
    operations?.setAttribute("aria-label", "Operations");
    if (place.dataset.token !== "") {
      viewer.preauthorizeApiKey("bearerAuth", place.dataset.token);
    }
  },
});
