/**
 * Accounts at clouds, whose credentials are more than one key. Sources: LiteLLM's pages of its providers Azure OpenAI,
 * VertexAI and AWS Bedrock, 2026.
 */
import { isMapping, type Mapping, textAt } from '../../../config/view.ts'
import type { Account, Deployment } from './account.ts'
import type { ImportedLine } from './document.ts'

type Notes = Record<string, Pick<ImportedLine, 'outcome' | 'note'>>

/** Of `litellm_params`: never parameters of a request, whoever the provider is. */
export const CLOUD_SECRETS: ReadonlySet<string> = new Set(['tenant_id', 'client_id', 'client_secret'])

/** Undefined for who is no such cloud. */
export function cloudAccount(deployment: Deployment): Account | undefined {
  switch (deployment.provider) {
    case 'azure':
    case 'azure_text':
      return azure(deployment)
    case 'vertex_ai':
    case 'vertex_ai_beta':
    case 'vertex':
      return vertex(deployment)
    case 'bedrock':
    case 'bedrock_converse':
      return bedrock(deployment)
    default:
      return undefined
  }
}

const AZURE_KEY = 'AZURE_API_KEY'
const DATED = /^\d{4}-\d{2}-\d{2}/
const OF_ENTRA = ['tenant_id', 'client_id', 'client_secret', 'azure_ad_token', 'azure_username', 'azure_password']

/** A dated version means the older paths, with a deployment in each. */
function azure({ apiBase, apiKey, params }: Deployment): Account {
  if (apiBase === undefined) return { why: 'an Azure deployment needs api_base' }
  const version = textAt(params, 'api_version')
  const isDated = version !== undefined && (DATED.test(version) || version.startsWith('${'))
  const entra = OF_ENTRA.filter((name) => params[name] !== undefined)
  const scope = textAt(params, 'azure_scope')
  const notes: Notes = {}
  for (const name of entra)
    notes[name] = {
      outcome: 'changed',
      note: 'Entra ID takes it from AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (npm install @azure/identity)',
    }
  if (version !== undefined)
    notes.api_version = isDated
      ? { outcome: 'carried', note: "the provider's api_version, with api: deployments" }
      : { outcome: 'needless', note: "Azure's v1 API has none" }
  return {
    name: 'azure',
    entry: {
      base_url: apiBase.replace(/\/+$/, '').replace(/\/openai(?:\/.*)?$/, ''),
      ...(entra.length === 0 || apiKey !== undefined ? { api_key: apiKey ?? `\${${AZURE_KEY}}` } : {}),
      ...(isDated && { api: 'deployments', api_version: version }),
      ...(scope !== undefined && { scope }),
    },
    from: scope === undefined ? [] : ['azure_scope'],
    notes,
  }
}

/** Its parameters go by both names. */
const either = (params: Mapping, name: string): string | undefined =>
  [`vertex_${name}`, `vertex_ai_${name}`].find((key) => params[key] !== undefined)

function vertex({ params, apiBase }: Deployment): Account {
  const [project, location, credentials] = ['project', 'location', 'credentials'].map((name) => either(params, name))
  const notes: Notes = {}
  const given = credentials === undefined ? {} : vertexCredentials(params[credentials])
  if (credentials !== undefined && 'credentials' in given && String(given.credentials).startsWith('${'))
    notes[credentials] = {
      outcome: 'changed',
      note: "the provider's credentials: if the variable holds the path of a file, write credentials_file",
    }
  return {
    name: 'vertex',
    entry: {
      project: project === undefined ? `\${GOOGLE_CLOUD_PROJECT}` : params[project],
      ...(location !== undefined && { location: params[location] }),
      ...given,
      ...(apiBase !== undefined && { base_url: apiBase }),
    },
    from: [project, location, credentials].filter((name) => name !== undefined),
    notes,
  }
}

/** A file, its text, or a variable that holds either. */
function vertexCredentials(value: unknown): Mapping {
  if (isMapping(value)) return { credentials: JSON.stringify(value) }
  const text = String(value)
  const [, name] = /^\$\{(\w+)\}$/.exec(text) ?? []
  if (name === undefined) return text.trimStart().startsWith('{') ? { credentials: text } : { credentials_file: text }
  const held = process.env[name]
  const isFile = held === undefined ? /PATH|FILE|APPLICATION_CREDENTIALS/.test(name) : !held.trimStart().startsWith('{')
  return isFile ? { credentials_file: text } : { credentials: text }
}

const BEDROCK: Readonly<Record<string, string>> = {
  aws_access_key_id: 'access_key_id',
  aws_secret_access_key: 'secret_access_key',
  aws_session_token: 'session_token',
  aws_profile_name: 'profile',
  aws_bedrock_runtime_endpoint: 'base_url',
}
const ROLE = ['aws_role_name', 'aws_session_name', 'aws_web_identity_token', 'aws_sts_endpoint', 'aws_external_id']

/** Without keys of its own it has those of the machine. */
function bedrock({ apiKey, params, apiBase }: Deployment): Account {
  const from = Object.keys(BEDROCK).filter((name) => params[name] !== undefined)
  const notes: Notes = {}
  for (const name of ROLE)
    if (params[name] !== undefined)
      notes[name] = {
        outcome: 'left out',
        note: "AWS's own chain takes on roles: AWS_ROLE_ARN, or a profile with role_arn (npm install @aws-sdk/credential-provider-node)",
      }
  return {
    name: 'bedrock',
    entry: {
      ...(apiKey !== undefined && { api_key: apiKey }),
      ...(apiBase !== undefined && { base_url: apiBase }),
      ...Object.fromEntries(from.map((name) => [BEDROCK[name]!, params[name]])),
    },
    from,
    notes,
  }
}

const REGION = /^([a-z]{2,3}(?:-[a-z]+)+-\d+)\/(.+)$/

/** LiteLLM writes a region before the model too (`us-west-2/anthropic...`), and an ARN apart, as `model_id`. */
export function bedrockModel(model: string, params: Mapping): { readonly model: string; readonly region?: string } {
  const [, region, own] = REGION.exec(model) ?? []
  const arn = textAt(params, 'model_id')
  return { model: arn ?? own ?? model, ...(region !== undefined && { region }) }
}
