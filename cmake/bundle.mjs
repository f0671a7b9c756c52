// Bundles a page's scripts and the npm packages that they import into one:
//
//     node bundle.mjs PACKAGES ENTRY OUTPUT [GLOBAL]
//
// PACKAGES is a folder with node_modules; what ENTRY exports becomes the global
// GLOBAL. The packages' licences ask that their notices go with every copy, so
// that they stand at the script's beginning.
// SPDX-License-Identifier: BSD-2-Clause
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const [packages, entry, output, globalName] = process.argv.slice(2).map(
  (argument, i) => (i < 3 ? path.resolve(argument) : argument));
const modules = path.join(packages, 'node_modules');
const esbuild = createRequire(path.join(packages, 'package.json'))('esbuild');

// The packages that are in the bundle, each with its licence.
function licences(inputs) {
  const used = new Map();
  for (const [input, {bytesInOutput}] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    const [, name] = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//) || [];
    if (!name || used.has(name)) continue;
    const folder = path.join(modules, name);
    const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file: it cannot be passed on`);
    const {version} = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const text = fs.readFileSync(path.join(folder, file), 'utf8').trim();
    used.set(name, {title: `${name} ${version}`, text});
  }
  return used.values();
}

// Each text once: most differ in the years of their copyright alone.
function notices(all) {
  const titlesOf = new Map();
  for (const {title, text} of all) {
    const lines = text.split('\n');
    const owners = lines.filter((line) => /^Copyright /.test(line));
    const body = lines.filter((line) => !owners.includes(line)).join('\n').trim();
    titlesOf.set(body, [...(titlesOf.get(body) || []), [title, ...owners].join('. ')]);
  }
  return Array.from(titlesOf, ([body, titles]) => (
    `${titles.sort().join('\n')}\n\n${body}`)).join(`\n\n${'-'.repeat(72)}\n\n`);
}

const {outputFiles: [script], metafile} = await esbuild.build({
  entryPoints: [entry], bundle: true, write: false, metafile: true, minify: true,
  format: 'iife', globalName, nodePaths: [modules], legalComments: 'none',
  // Pages have their own rules; a style that a script brings is not let in.
  loader: {'.css': 'empty'}, target: ['chrome115', 'firefox115', 'safari16.4'],
  logLevel: 'warning',
});
const comment = notices(licences(Object.values(metafile.outputs)[0].inputs)).replaceAll('*/', '* /');
fs.writeFileSync(output, `/*!\nThis script holds these packages:\n\n${comment}\n*/\n${script.text}`);
