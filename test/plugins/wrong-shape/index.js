import { defineProvider } from 'commonroute/plugin'

const instances = {
  nothing: undefined,
  empty: {},
  no_wires: { prepare() {}, classify() {} },
  empty_wires: { wires: { chat: [] }, prepare() {}, classify() {} },
  close_is_text: { wires: { chat: ['openai-chat'] }, prepare() {}, classify() {}, close: 'later' },
}

export default defineProvider({
  name: 'wrong-shape',
  schema: { type: 'object', properties: { which: { enum: Object.keys(instances) } } },
  create: ({ which }) => instances[which],
})
