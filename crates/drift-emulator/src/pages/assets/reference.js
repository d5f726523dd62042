// Draws the contract, with the token of an open emulator filled in.
"use strict";

const target = document.getElementById("reference");

/** The viewer's parts that this page has in its own form: one title, no choice of servers, headings in order. */
const ownParts = ({ React }) => {
  const element = React.createElement;
  return {
    components: {
      // Each operation is a button, in which a link could not be reached by keyboard.
      DeepLink: ({ text }) => element("span", null, text),
      EmulatorLayout: ({ specSelectors, getComponent }) => {
        const part = (name) => element(getComponent(name, true));
        const description = specSelectors.specJson().getIn(["info", "description"]);
        return element(
          "div",
          { className: "swagger-ui" },
          element(getComponent("SvgAssets")),
          part("errors"),
          description && element(getComponent("Markdown", true), { source: description }),
          description && element("h2", null, "Operations"),
          description && part("AuthorizeBtnContainer"),
          part("operations"),
          part("Models"),
        );
      },
    },
  };
};

/** What the viewer's fields are for, where it does not say it itself. */
const LABELS = {
  "select.examples-select-element": "Example",
  "textarea.body-param__text": "Request body",
  "select, input, textarea": "Value",
};

/** Gives fields and buttons the names that they show, and lets the keyboard scroll what is wider than the page. */
function complete() {
  for (const code of target.querySelectorAll("pre:not([tabindex])")) {
    code.tabIndex = 0;
  }
  target.querySelector(".close-modal")?.setAttribute("aria-label", "Close");
  target.querySelector(".modal-ux .btn.auth[aria-label]")?.removeAttribute("aria-label");
  for (const subtitle of target.querySelectorAll(".modal-ux h6")) {
    subtitle.setAttribute("role", "presentation");
  }
  for (const [fields, name] of Object.entries(LABELS)) {
    for (const field of target.querySelectorAll(fields)) {
      if (field.labels?.length === 0 && !field.hasAttribute("aria-label") && !field.hasAttribute("aria-labelledby")) {
        const row = field.closest("tr")?.querySelector(".parameter__name")?.firstChild?.textContent;
        field.setAttribute("aria-label", row ?? name);
      }
    }
  }
}

new MutationObserver(complete).observe(target, { childList: true, subtree: true });

const viewer = SwaggerUIBundle({
  domNode: target,
  url: target.dataset.contract,
  plugins: [ownParts],
  layout: "EmulatorLayout",
  deepLinking: true,
  displayRequestDuration: true,
  showExtensions: true,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    if (target.dataset.token !== "") {
      viewer.preauthorizeApiKey("bearerAuth", target.dataset.token);
    }
  },
});
