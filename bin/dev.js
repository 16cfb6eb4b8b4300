#!/usr/bin/env node
// The command line from source, without a build: node -C source bin/dev.js ...
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { keepCompiledCode } from './compile-cache.js'
import { nodeProblem } from './node-version.js'

const problem = nodeProblem(process.version)
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}

keepCompiledCode()
const pjson = createRequire(import.meta.url)('../package.json')
const { commands } = pjson.oclif
const { start } = await import('../src/commands/main.ts')
const oclif = {
  ...pjson.oclif,
  commands: { ...commands, target: './src/commands/index.ts' },
  hooks: { command_not_found: './src/commands/not-found.ts' },
}
await start({ ...pjson, oclif }, fileURLToPath(new URL('..', import.meta.url)))
