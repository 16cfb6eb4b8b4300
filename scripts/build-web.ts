import { createHash } from 'node:crypto'
import { cpSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, type Rolldown } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'web', 'hub')
const privacy = join(root, 'docs', 'privacy.md')

const shared: InlineConfig = {
  root: page,
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'warn',
  // Under test, too: what a browser gets is the same.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
}

/**
 * Builds the hub's public page: what the browser loads into `hub/assets/`, each file named by its content, and what the
 * hub renders with into `hub-page.js`, one file with everything in it.
 * @param directory made afresh; default: `dist/web`
 */
export async function buildWeb(directory: string = join(root, 'dist', 'web')): Promise<void> {
  const assets = join(directory, 'hub', 'assets')
  const { output } = (await build({
    ...shared,
    // Relative, so that a hub may live under any path.
    base: './',
    build: {
      outDir: join(directory, 'hub'),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: join(page, 'client.tsx') },
    },
  })) as Rolldown.RolldownOutput
  const names = {
    script: output.find((file) => file.type === 'chunk' && file.isEntry)?.fileName,
    style: output.find(({ fileName }) => extname(fileName) === '.css')?.fileName,
    icon: copied(join(page, 'icon.svg'), assets, '.svg'),
    privacy: copied(privacy, assets, '.txt'),
  }
  await build({
    ...shared,
    define: { ASSETS: JSON.stringify(names), 'process.env.NODE_ENV': '"production"' },
    ssr: { noExternal: true },
    build: {
      ssr: join(page, 'server.tsx'),
      outDir: directory,
      emptyOutDir: false,
      target: 'node22',
      rolldownOptions: { output: { entryFileNames: 'hub-page.js' } },
    },
  })
}

/** Copies a file into a folder, its content's hash in its name; that is returned as the page refers to it. */
function copied(path: string, folder: string, extension: string): string {
  const hash = createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 8)
  const name = `${basename(path, extname(path))}-${hash}${extension}`
  cpSync(path, join(folder, name))
  return `assets/${name}`
}
