#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { keepCompiledCode } from './compile-cache.js'
import { nodeProblem } from './node-version.js'

const fail = (text) => {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const problem = nodeProblem(process.version)
if (problem !== undefined) fail(problem)
const main = new URL('../dist/main.js', import.meta.url)
if (!existsSync(main)) fail('The router is not built yet. Run `npm run build` first.')

keepCompiledCode()
const { start } = await import(main)
await start(createRequire(import.meta.url)('../package.json'), fileURLToPath(new URL('..', import.meta.url)))
