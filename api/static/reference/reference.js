// Starts the reference page. A file of its own, because the content security policy forbids inline scripts.
// validatorUrl: without it the page would send the document's address to an outside validator.
window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "/schema/openapi.json",
    dom_id: "#reference",
    deepLinking: true,
    validatorUrl: null,
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    showExtensions: true,
    persistAuthorization: false,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
