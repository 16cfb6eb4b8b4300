/**
 * For `node --import`: stands in for the package `@azure/identity`, which is not installed with the router. Asks for
 * tokens as its client secrets do (OAuth 2.0, client credentials), at AZURE_AUTHORITY_HOST.
 */
import { registerHooks } from 'node:module'

const SOURCE = `
export class DefaultAzureCredential {
  async getToken(scope) {
    const { AZURE_AUTHORITY_HOST, AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env
    const answer = await fetch(AZURE_AUTHORITY_HOST + '/' + AZURE_TENANT_ID + '/oauth2/v2.0/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials', client_id: AZURE_CLIENT_ID, client_secret: AZURE_CLIENT_SECRET, scope,
      }),
    })
    const body = await answer.json()
    if (!answer.ok) throw Object.assign(new Error(body.error_description), { statusCode: answer.status })
    return { token: body.access_token, expiresOnTimestamp: Date.now() + body.expires_in * 1000 }
  }
}`

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/identity'
      ? { url: `data:text/javascript,${encodeURIComponent(SOURCE)}`, shortCircuit: true }
      : next(specifier, context),
})
