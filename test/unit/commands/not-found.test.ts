import { expect, test } from 'vitest'
import notFound from '../../../src/commands/not-found.ts'

const config = { bin: 'router', commandIDs: ['serve', 'stats', 'plugins:list'] }
const ask = (id: string, argv: string[] = []) => notFound.call({} as never, { id, argv, config } as never)

test('a command that does not exist is answered with the nearest ones', async () => {
  await expect(ask('serv')).rejects.toMatchObject({
    message: 'There is no command "serv". Did you mean router serve?',
    oclif: { exit: 2 },
  })
  await expect(ask('plugins:lst')).rejects.toMatchObject({ message: expect.stringContaining('router plugins list') })
  await expect(ask('xyzzy', ['--flag', 'word'])).rejects.toMatchObject({
    message: 'There is no command "xyzzy word". Known: serve, stats, plugins list.',
  })
})

test('an old Node is refused with what to do, a new one is not', async () => {
  // By URL, since it is plain JavaScript without types.
  const { nodeProblem } = await import(new URL('../../../bin/node-version.js', import.meta.url).href)
  expect(nodeProblem('v20.20.2')).toMatch(/needs Node 22\.20 or newer; this is Node 20\.20\.2\.[\s\S]*npm start[\s\S]*npx router/)
  expect(nodeProblem('v22.19.9')).toBeDefined()
  expect(['v22.20.0', 'v24.0.0', 'v26.1.0'].map(nodeProblem)).toEqual([undefined, undefined, undefined])
})
