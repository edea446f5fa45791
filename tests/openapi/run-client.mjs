// Makes a TypeScript client from a served OpenAPI document and runs a script with it: KEY=… node run-client.mjs DOCUMENT-URL < SCRIPT
//
// The script is the body of an async function. It sees `api`, the generated functions by their operations' ids, and what it returns is written to
// standard output as JSON. It is checked against the generated types first: a document that leaves out a member, or gives it another type, fails here.
// As for any client, nothing but the base URL's host and the key are given; paths come from the document.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@hey-api/openapi-ts";
import ts from "typescript";

const documentUrl = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "dragoman-client-"));
try {
  const document = await (await fetch(documentUrl)).json();
  await generate(document);
  writeFileSync(join(folder, "script.ts"), `
    import * as api from "./client/index.js";
    export async function run() {
    ${readFileSync(0, "utf8")}
    }
  `);
  compile();
  await run(document);
} finally {
  rmSync(folder, { recursive: true });
}

async function generate(document) {
  await createClient({
    input: document,
    output: { path: join(folder, "client"), module: { extension: ".js" } },
    plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
    logs: { level: "silent", file: false },
  });
}

function compile() {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const program = ts.createProgram([join(folder, "script.ts")], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
    strict: true,
  });
  const faults = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (faults.length > 0) {
    throw new Error(ts.formatDiagnostics(faults, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => folder,
      getNewLine: () => "\n",
    }));
  }
}

async function run(document) {
  const load = (name) => import(pathToFileURL(join(folder, name)));
  const server = new URL(document.servers?.[0]?.url ?? "/", documentUrl);
  const { client } = await load("client/client.gen.js");
  client.setConfig({
    baseUrl: new URL(server.pathname, documentUrl).href.replace(/\/$/, ""),
    auth: process.env.KEY,
  });
  const { run } = await load("script.js");
  process.stdout.write(JSON.stringify(await run()) ?? "null");
}
