import * as Args from '@oclif/core/args'
import { BaseCommand } from './base.ts'

export default class Providers extends BaseCommand {
  static override summary = 'List the services that the router knows by name, or show one of them whole.'
  static override description =
    'Address, key variable and whether it is set, operations, what becomes of prompts, region, and where that was read. Asks nobody. Which models a configured provider has: router models --upstream.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'One service, with lines for config.yaml', command: '<%= config.bin %> <%= command.id %> groq' },
  ]
  static override args = { name: Args.string({ description: 'Name of a service. Default: all of them' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args } = await this.parse(Providers)
    const { knownProviders, providerNamed } = await import('../cli/providers/known-providers.ts')
    const { providersView, providerView } = await import('../terminal/views/providers.ts')
    const providers = await knownProviders()
    if (args.name === undefined) {
      this.log(providersView(providers, this.screen))
      return { providers }
    }
    const provider = providerNamed(args.name, providers)
    this.log(providerView(provider, this.screen))
    return { ...provider }
  }
}
