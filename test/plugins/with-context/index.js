import { defineProvider } from 'commonroute/plugin'

/** Shows what it was given, and counts how often it was closed, through capabilities. */
export default defineProvider({
  name: 'with-context',
  schema: { type: 'object', properties: { fails: { type: 'boolean' }, hangs: { type: 'boolean' } } },
  create({ fails, hangs }, context) {
    let closed = 0
    const adapter = {
      wires: { chat: ['openai-chat'] },
      prepare() {},
      classify() {},
      capabilities: () => ({ context, closed }),
      async close() {
        closed += 1
        if (fails) throw new Error('cannot let go')
      },
    }
    return hangs ? new Promise(() => {}) : adapter
  },
})
