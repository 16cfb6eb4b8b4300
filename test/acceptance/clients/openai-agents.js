/**
 * What a program does with OpenAI's Agents SDK, as a process of its own: its dependencies have TypeScript where the
 * tests' condition "source" looks for it. Prints what came of it as JSON. Arguments: base URL, key, model.
 */
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents'

const [, , baseURL, apiKey, model] = process.argv
setTracingDisabled(true)
const runner = new Runner({ modelProvider: new OpenAIProvider({ apiKey, baseURL }) })
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const weather = tool({
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: schema,
  execute: ({ city }) => `20 degrees in ${city}`,
})
const agent = (more = {}) => new Agent({ name: 'Helper', instructions: 'Be brief.', model, ...more })

const first = await runner.run(agent(), 'One')
const second = await runner.run(agent(), [...first.history, { role: 'user', content: 'Two' }])
const withTool = await runner.run(agent({ tools: [weather] }), 'How is the weather?')
const streamed = await runner.run(agent({ tools: [weather] }), 'How is the weather?', { stream: true })
const types = new Set()
for await (const { type } of streamed) types.add(type)
await streamed.completed
const outputType = { type: 'json_schema', name: 'weather', strict: true, schema }
const structured = await runner.run(agent({ outputType }), 'Where?')
const byId = await runner
  .run(agent(), 'Two', { previousResponseId: first.lastResponseId })
  .then(({ finalOutput }) => finalOutput)
  .catch(({ code }) => code)

const out = {
  first: first.finalOutput,
  second: second.finalOutput,
  withTool: withTool.finalOutput,
  streamed: streamed.finalOutput,
  types: [...types],
  structured: structured.finalOutput,
  byId,
}
process.stdout.write(JSON.stringify(out))
