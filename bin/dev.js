#!/usr/bin/env node
// The command line from source, without a build: node -C source bin/dev.js ...
import { createRequire } from 'node:module'
import { nodeProblem } from './node-version.js'

const problem = nodeProblem(process.version)
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}

const pjson = createRequire(import.meta.url)('../package.json')
const source = (target) => target.replace('./dist/', './').replace(/\.js$/, '.ts')
const { commands, hooks } = pjson.oclif
const { start } = await import('./start.js')
await start({
  ...pjson,
  oclif: {
    ...pjson.oclif,
    commands: { ...commands, target: source(commands.target) },
    hooks: Object.fromEntries(Object.entries(hooks).map(([name, target]) => [name, source(target)])),
  },
})
