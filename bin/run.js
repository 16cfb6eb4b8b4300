#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { nodeProblem } from './node-version.js'

const fail = (text) => {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const problem = nodeProblem(process.version)
if (problem !== undefined) fail(problem)
if (!existsSync(new URL('../dist/src/commands/index.js', import.meta.url))) fail('The router is not built yet. Run `npm run build` first.')

const { start } = await import('./start.js')
await start(createRequire(import.meta.url)('../package.json'))
