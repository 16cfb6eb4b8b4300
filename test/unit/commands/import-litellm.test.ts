// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is written
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { convertLiteLlm } from '../../../src/cli/import/litellm/import.ts'
import { ProviderTable } from '../../../src/cli/import/litellm/providers.ts'

const table = await ProviderTable.load()

function convert(text: string) {
  const { yaml, lines, problems, variables } = convertLiteLlm(text, table)
  expect(problems).toEqual([])
  const of = (path: string) => lines.find((line) => line.path === path)
  return { config: parse(yaml), lines, variables, of }
}

it('makes one model of deployments of the same name, with their limits and weights', () => {
  const { config, of, variables } = convert(`
model_list:
  - model_name: chat
    litellm_params:
      model: azure/eastern
      api_base: os.environ/AZURE_BASE
      api_key: os.environ/AZURE_KEY
      api_version: "2025-01-01"
      weight: 3
      rpm: 60
  - model_name: chat
    tpm: 9000
    litellm_params: { model: gpt-4o, api_key: os.environ/OPENAI_KEY, timeout: 45, stream_timeout: 0.5 }
`)
  expect(config.providers).toMatchObject({
    azure: { base_url: '${AZURE_BASE}', api_key: '${AZURE_KEY}', api: 'deployments', api_version: '2025-01-01' },
    openai: { api_key: '${OPENAI_KEY}' },
  })
  expect(config.models.chat.endpoints).toEqual([
    { provider: 'azure', model: 'eastern', weight: 3, limits: { rpm: 60 } },
    { provider: 'openai', model: 'gpt-4o', limits: { tpm: 9000 }, timeouts: { total: '45s', first_token: '500ms' } },
  ])
  expect(config.routing.strategy).toBe('weighted')
  expect(variables).toEqual(['AZURE_BASE', 'AZURE_KEY', 'OPENAI_KEY'])
  expect(of('model_list[0].litellm_params.api_version')).toMatchObject({ line: 8, outcome: 'carried' })
})

it('tells accounts of one provider apart by their keys', () => {
  const { config } = convert(`
model_list:
  - { model_name: a, litellm_params: { model: groq/llama-3.3-70b-versatile, api_key: os.environ/ONE } }
  - { model_name: a, litellm_params: { model: groq/llama-3.3-70b-versatile, api_key: os.environ/TWO } }
  - { model_name: b, litellm_params: { model: groq/llama-3.1-8b-instant, api_key: os.environ/ONE } }
`)
  expect(Object.keys(config.providers)).toEqual(['groq', 'groq-2'])
  expect(config.models.a.endpoints).toEqual(['groq/llama-3.3-70b-versatile', 'groq-2/llama-3.3-70b-versatile'])
  expect(config.models.b.endpoints).toEqual(['groq/llama-3.1-8b-instant'])
})

it('takes fallbacks from both sections, aliases, retries and keys', () => {
  const { config, of } = convert(`
model_list:
  - { model_name: small, litellm_params: { model: openai/gpt-4o-mini } }
  - { model_name: large, litellm_params: { model: anthropic/claude-sonnet-4-5 } }
  - { model_name: long, litellm_params: { model: gemini/gemini-2.5-pro, api_key: os.environ/G } }
router_settings:
  routing_strategy: usage-based-routing-v2
  num_retries: 4
  fallbacks: [{ small: [large, missing] }]
  model_group_alias: { cheap: small, secret: { model: large, hidden: true } }
litellm_settings:
  num_retries: 9
  request_timeout: 600
  context_window_fallbacks: [{ small: [long] }]
  default_fallbacks: [long]
  callbacks: [prometheus, otel]
  success_callback: []
general_settings:
  master_key: sk-literal-\${x}
  database_url: os.environ/DATABASE_URL
`)
  expect(config.routing).toEqual({ strategy: 'usage', retries: { attempts: 5 }, timeouts: { total: '600s' } })
  expect(config.models.small.fallbacks).toEqual(['large', 'long'])
  expect(config.models.large.fallbacks).toEqual(['long'])
  expect(config.models).toMatchObject({ cheap: 'small', secret: 'large' })
  expect(config.auth.keys).toEqual(['sk-literal-$${x}'])
  expect(of('router_settings.fallbacks[0].small[1]')).toMatchObject({ outcome: 'left out', line: 9 })
  expect(of('litellm_settings.context_window_fallbacks[0].small[0]')?.outcome).toBe('changed')
  expect(of('litellm_settings.callbacks[0]')?.outcome).toBe('needless')
  expect(of('litellm_settings.callbacks[1]')?.outcome).toBe('left out')
  expect(of('general_settings.database_url')?.outcome).toBe('left out')
})

it('takes wildcards, local servers, and servers by their address', () => {
  const { config, of } = convert(`
model_list:
  - { model_name: "anthropic/*", litellm_params: { model: "anthropic/*" } }
  - { model_name: "*", litellm_params: { model: "*" } }
  - { model_name: llama, litellm_params: { model: ollama_chat/llama3.2, api_base: "http://localhost:11434" } }
  - { model_name: own, litellm_params: { model: hosted_vllm/qwen, api_base: "http://gpu:8000/v1" } }
  - { model_name: named, litellm_params: { model: openai/some/model, api_base: "https://api.acme.example/v1", api_key: k-1 } }
  - { model_name: cloud, litellm_params: { model: sagemaker/x } }
`)
  expect(config.models['anthropic/*'].endpoints).toEqual(['anthropic/*'])
  expect(config.providers.ollama.base_url).toBe('http://localhost:11434/v1')
  expect(config.providers.vllm).toMatchObject({ base_url: 'http://gpu:8000/v1' })
  expect(config.providers['acme.example']).toEqual({
    plugin: 'openai-compatible',
    base_url: 'https://api.acme.example/v1',
    api_key: 'k-1',
  })
  expect(config.models.named.endpoints).toEqual(['acme.example/some/model'])
  expect(of('model_list[1].model_name')?.outcome).toBe('needless')
  expect(of('model_list[5].litellm_params.model')).toMatchObject({ outcome: 'left out' })
})

it('takes prices, parameters, headers, orders, credentials and what is known of the model', () => {
  const { config, of } = convert(`
credential_list:
  - credential_name: shared
    credential_values: { api_key: os.environ/SHARED_KEY, api_base: "https://openrouter.ai/api/v1" }
model_list:
  - model_name: m
    litellm_params:
      model: openrouter/x/y
      litellm_credential_name: shared
      order: 2
      temperature: 0.1
      extra_headers: { X-Title: ours }
      extra_body: { transforms: [] }
      drop_params: true
      tags: [eu]
      brand_new_option: 5
    model_info: { input_cost_per_token: 0.000003, output_cost_per_token: 1.5e-05, max_output_tokens: 8192, mode: chat }
  - model_name: m
    litellm_params: { model: mistral/mistral-large-latest, order: 1 }
`)
  expect(config.models.m.endpoints).toEqual([
    'mistral/mistral-large-latest',
    {
      provider: 'openrouter',
      model: 'x/y',
      price: { prompt: 3, completion: 15 },
      max_output_tokens: 8192,
      params: { defaults: { temperature: 0.1, brand_new_option: 5 }, overrides: { transforms: [] } },
      headers: { 'X-Title': 'ours' },
    },
  ])
  expect(config.models.m.strategy).toBe('priority')
  expect(config.providers.openrouter.api_key).toBe('${SHARED_KEY}')
  expect(of('model_list[0].litellm_params.tags[0]')?.outcome).toBe('left out')
  expect(of('model_list[0].litellm_params.drop_params')?.outcome).toBe('needless')
})

it('overlooks tabs and equals signs, as published examples have them', () => {
  const { config } = convert(
    'model_list:\n- model_name: a\n\tlitellm_params:\n\t\tmodel: openai/a\n- model_name: b\n  litellm_params: { model: openai/b }\nlitellm_settings:\n  content_policy_fallbacks=[{"a": ["b"]}]\n',
  )
  expect(config.models.a.fallbacks).toEqual(['b'])
})

it.each([
  ['a: [', 'The file cannot be imported: line'],
  ['- a', 'The file cannot be imported: it is not a mapping.'],
])('refuses %s', (text, message) => expect(() => convertLiteLlm(text, table)).toThrow(message))

it('has a word on every line', () => {
  const { lines } = convertLiteLlm(
    'model_list: []\nnobody_knows: 1\nrouter_settings:\n  something: { new: 2 }\n',
    table,
  )
  expect(lines.map(({ line, outcome }) => [line, outcome])).toEqual([
    [1, 'left out'],
    [2, 'left out'],
    [4, 'left out'],
  ])
})

it('takes no text for a reference of ours, which could run a command', () => {
  const { config } = convert(`
model_list:
  - model_name: chat
    litellm_params:
      model: "openai/gpt-\${exec:echo 4}"
      region_name: "\${exec:hostname}"
      api_key: os.environ/KEY
`)
  expect(config.models.chat.endpoints).toEqual([
    {
      provider: 'openai',
      model: 'gpt-$${exec:echo 4}',
      region: '$${exec:hostname}',
    },
  ])
})

it("carries over accounts of clouds, and Bedrock's regions as endpoints", () => {
  const { config, of } = convert(`
model_list:
  - model_name: chat
    litellm_params: &aws
      model: bedrock/anthropic.claude-sonnet-4
      aws_region_name: eu-west-1
      aws_access_key_id: os.environ/AWS_ID
      aws_secret_access_key: os.environ/AWS_SECRET
  - { model_name: chat, litellm_params: { <<: *aws, aws_region_name: us-east-1 } }
  - model_name: chat
    litellm_params: { model: vertex_ai/gemini-2.5-pro, vertex_project: mine, vertex_location: europe-west1 }
  - { model_name: plain, litellm_params: { model: bedrock/amazon.nova-pro-v1:0 } }
`)
  expect(config.providers).toEqual({
    bedrock: { access_key_id: '${AWS_ID}', secret_access_key: '${AWS_SECRET}' },
    vertex: { project: 'mine', location: 'europe-west1' },
    'bedrock-2': { plugin: 'bedrock' },
  })
  expect(config.models.chat.endpoints).toEqual([
    { provider: 'bedrock', model: 'anthropic.claude-sonnet-4', region: 'eu-west-1' },
    { provider: 'bedrock', model: 'anthropic.claude-sonnet-4', region: 'us-east-1' },
    'vertex/gemini-2.5-pro',
  ])
  for (const name of ['aws_region_name', 'aws_access_key_id', 'aws_secret_access_key'])
    expect(of(`model_list[0].litellm_params.${name}`)).toMatchObject({ outcome: 'carried' })
  expect(of('model_list[2].litellm_params.vertex_project')).toMatchObject({ outcome: 'carried' })
})

it('carries over every form of credentials of clouds, and says what has to be done by hand', () => {
  const { config, of } = convert(`
model_list:
  - model_name: azure-v1
    litellm_params: { model: azure/eastern, api_base: "https://one.openai.azure.com/openai/", api_version: preview }
  - model_name: azure-entra
    litellm_params:
      model: azure/western
      api_base: https://two.openai.azure.com
      tenant_id: os.environ/TENANT
      client_id: os.environ/CLIENT
      client_secret: os.environ/SECRET
  - model_name: vertex-file
    litellm_params: { model: vertex_ai/claude-sonnet-4-5, vertex_project: p, vertex_credentials: /etc/google.json }
  - model_name: vertex-json
    litellm_params:
      model: vertex_ai/gemini-2.5-pro
      vertex_ai_project: p
      vertex_credentials: { type: service_account, client_email: a@b }
  - model_name: vertex-variable
    litellm_params: { model: vertex_ai/gemini-2.5-pro, vertex_project: p, vertex_credentials: os.environ/VERTEX_JSON }
  - model_name: role
    litellm_params: { model: bedrock/us-west-2/anthropic.claude-3-haiku, aws_role_name: "arn:aws:iam::1:role/x" }
  - model_name: profile
    litellm_params:
      model: bedrock/converse/anthropic.claude-sonnet-4
      model_id: "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1"
      aws_profile_name: work
      aws_bedrock_runtime_endpoint: https://vpce-1.example
  - { model_name: google, litellm_params: { model: gemini/gemini-2.5-pro, api_key: os.environ/G } }
`)
  expect(config.providers).toEqual({
    azure: { base_url: 'https://one.openai.azure.com', api_key: '${AZURE_API_KEY}' },
    'azure-2': { plugin: 'azure', base_url: 'https://two.openai.azure.com' },
    vertex: { project: 'p', credentials_file: '/etc/google.json' },
    'vertex-2': { plugin: 'vertex', project: 'p', credentials: '{"type":"service_account","client_email":"a@b"}' },
    'vertex-3': { plugin: 'vertex', project: 'p', credentials: '${VERTEX_JSON}' },
    bedrock: {},
    'bedrock-2': { plugin: 'bedrock', profile: 'work', base_url: 'https://vpce-1.example' },
    gemini: { api_key: '${G}' },
  })
  expect(config.models.role.endpoints).toEqual([
    { provider: 'bedrock', model: 'anthropic.claude-3-haiku', region: 'us-west-2' },
  ])
  expect(config.models.profile.endpoints).toEqual([
    'bedrock-2/arn:aws:bedrock:us-east-1:1:application-inference-profile/a1',
  ])
  const outcome = (path: string) => of(`model_list${path}`)?.outcome
  expect(outcome('[0].litellm_params.api_version')).toBe('needless')
  expect(outcome('[1].litellm_params.client_secret')).toBe('changed')
  expect(outcome('[4].litellm_params.vertex_credentials')).toBe('changed')
  expect(of('model_list[5].litellm_params.aws_role_name')).toMatchObject({
    outcome: 'left out',
    note: expect.stringContaining('AWS_ROLE_ARN'),
  })
  expect(outcome('[6].litellm_params.aws_profile_name')).toBe('carried')
  expect(outcome('[6].litellm_params.model_id')).toBe('carried')
  expect(JSON.stringify(config.models)).not.toContain('SECRET')
})

it('takes the names that objects have for names like any other', () => {
  const { config } = convert(`
model_list:
  - { model_name: constructor, litellm_params: { model: openai/gpt-4o, api_key: os.environ/A } }
  - { model_name: chat, litellm_params: { model: openai/toString, api_base: "http://constructor:80", api_key: os.environ/B } }
`)
  expect(Object.keys(config.models)).toEqual(['constructor', 'chat'])
  expect(config.models.constructor).toEqual({ endpoints: ['openai/gpt-4o'] })
  expect(config.models.chat.endpoints).toEqual(['constructor/toString'])
  const refused = convertLiteLlm('model_list: [{ model_name: __proto__, litellm_params: { model: gpt-4o } }]', table)
  expect(refused.problems.map(({ path }) => path)).toEqual(['models'])
})
