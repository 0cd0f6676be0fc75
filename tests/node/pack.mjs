// Joins modules for the wire: node pack.mjs FROM TO, with {alone, entries, shared} as JSON on its input (tests/house/pack.py).
// Each entry becomes a file of its name, and what is shared one beside them, `shared-….js`, named after what is in it. What
// stands alone imports nothing, and need not be a module.
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const [from, outdir] = process.argv.slice(2);
const { alone, entries, shared } = JSON.parse(readFileSync(0, "utf8"));
const lines = (names) => names.map((name) => `import "./${name}";`).join("\n");

// Every entry takes all that is shared, so that esbuild sees one set of readers, and makes one file.
const oneShared = {
  name: "one-shared",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice("entry:".length), namespace: "entry" }));
    onLoad({ filter: /./, namespace: "entry" }, ({ path }) => ({ contents: lines([...shared, path]), resolveDir: from }));
    // Fetched when it is wanted, by its name: it is an entry of its own.
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

const all = {
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
await build({ ...all, entryPoints: alone.map((name) => `${from}/${name}`), plugins: [oneShared] });
await build({
  ...all,
  entryPoints: entries.map((name) => ({ in: `entry:${name}`, out: name.replace(/\.js$/, "") })),
  chunkNames: "shared-[hash]",
  plugins: [oneShared],
  splitting: true,
});
