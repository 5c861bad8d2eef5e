import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const modules = join(here, 'node_modules');
const built = join(here, '..', 'static');

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as { version: string }).version;
}

const folders = {
  mirador: `vendor/mirador-${versionOf('mirador')}`,
  universalviewer: `vendor/universalviewer-${versionOf('universalviewer')}`,
};

/** Copies what the two viewers need at run time, and their licences, beside the bundles; no source maps. */
function copyViewers(): Plugin {
  const copy = (from: string, to: string): void => {
    cpSync(join(modules, from), join(built, to), { recursive: true, filter: (path) => !path.endsWith('.map') });
  };
  return {
    name: 'copy-viewers',
    apply: 'build',
    closeBundle() {
      mkdirSync(join(built, folders.mirador), { recursive: true });
      mkdirSync(join(built, folders.universalviewer), { recursive: true });
      copy('mirador/dist/mirador.min.js', `${folders.mirador}/mirador.min.js`);
      copy('mirador/LICENSE', `${folders.mirador}/LICENSE`);
      copy('universalviewer/dist/umd', `${folders.universalviewer}/umd`);
      mendPrefix(join(built, folders.universalviewer, 'umd'));
      copy('universalviewer/dist/uv.css', `${folders.universalviewer}/uv.css`);
      copy('universalviewer/LICENSE.txt', `${folders.universalviewer}/LICENSE.txt`);
    },
  };
}

/** Universal Viewer leaves OpenSeadragon's prefixUrl undefined, so that a browser asks for /images/data:… and finds nothing. */
function mendPrefix(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js')).map((name) => join(folder, name));
  const found = files.filter((file) => readFileSync(file, 'utf8').includes('prefixUrl:void 0'));
  if (found.length !== 1) throw new Error('Universal Viewer no longer has the place that this build mends: look at mendPrefix.');
  for (const file of found) writeFileSync(file, readFileSync(file, 'utf8').replace('prefixUrl:void 0', 'prefixUrl:""'));
}

export default defineConfig({
  root: here,
  base: '/static/',
  define: {
    __MIRADOR__: JSON.stringify(`/static/${folders.mirador}`),
    __UNIVERSAL_VIEWER__: JSON.stringify(`/static/${folders.universalviewer}`),
  },
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: {
        reader: join(here, 'src/reader.tsx'),
        library: join(here, 'src/library.ts'),
        mirador: join(here, 'src/mirador.ts'),
        uv: join(here, 'src/uv.ts'),
      },
    },
  },
  plugins: [copyViewers()],
  test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
} as Parameters<typeof defineConfig>[0]);
