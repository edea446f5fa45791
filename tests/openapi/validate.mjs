// Judges one OpenAPI document: node validate.mjs DOCUMENT.json
// Writes a line a problem and ends with 1 where there is one.
import { readFileSync } from "node:fs";
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from "@redocly/openapi-core";

// What a document must get right for the tools that read it. Left out: matters of taste (a contact, a logo, 4xx on every operation,
// no slash at the end of a path, which is for the hosted API to say).
const rules = [
  "struct", // the specification itself, of the version that the document names
  "no-unresolved-refs",
  "no-identical-paths",
  "no-ambiguous-paths",
  "path-declaration-must-exist",
  "path-not-include-query",
  "path-parameters-defined",
  "operation-2xx-response",
  "operation-operationId",
  "operation-operationId-unique",
  "operation-operationId-url-safe",
  "operation-parameters-unique",
  "operation-summary",
  "operation-tag-defined",
  "security-defined",
  "spec-components-invalid-map-name",
  "no-empty-servers",
  "no-undefined-server-variable",
  "no-unused-components",
  "no-enum-type-mismatch",
  "no-required-schema-properties-undefined",
  "no-example-value-and-externalValue",
  "no-invalid-schema-examples",
  "no-invalid-media-type-examples",
  "no-invalid-parameter-examples",
];

const file = process.argv[2];
const problems = await lintDocument({
  document: makeDocumentFromString(readFileSync(file, "utf8"), file),
  config: await createConfig({ rules: Object.fromEntries(rules.map((rule) => [rule, "error"])) }),
  externalRefResolver: new BaseResolver(),
});
for (const { ruleId, message, location } of problems) {
  console.log(`${ruleId} at ${location[0]?.pointer ?? "?"}: ${message}`);
}

process.exitCode = problems.length === 0 ? 0 : 1;
