import { defineStore, type JsonObject } from '../api.ts'

/** Keeps stats for the life of the process: for tests, and for a router that shall leave no trace. */
export default defineStore({
  name: 'memory',
  schema: {
    type: 'object',
    description: 'Keeps nothing beyond the process.',
    additionalProperties: false,
    properties: {},
  },
  create() {
    let kept: JsonObject | undefined
    return {
      load: async () => kept,
      save: async (state) => {
        kept = state
      },
      close: async () => undefined,
    }
  },
})
