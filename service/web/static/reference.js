// Shows the OpenAPI document with Swagger UI.

const place = document.getElementById("reference");
const dark = matchMedia("(prefers-color-scheme: dark)");

function followScheme() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

/* Examples of optional parameters go into their descriptions: Swagger UI would send them with each request. */
function describeExamples(openapi) {
  const items = Object.values(openapi.paths).flatMap((path) => [path, ...Object.values(path)]);
  for (const parameter of items.flatMap((item) => item.parameters ?? [])) {
    const example = parameter.example ?? parameter.schema?.example;
    if (parameter.required || example === undefined) continue;
    delete parameter.example;
    delete parameter.schema?.example;
    parameter.description = `${parameter.description ?? ""} Example: \`${example}\``.trim();
  }
  return openapi;
}

dark.addEventListener("change", followScheme);
followScheme();
const answer = await fetch(place.dataset.document);
SwaggerUIBundle({
  spec: describeExamples(await answer.json()),
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null,
});
