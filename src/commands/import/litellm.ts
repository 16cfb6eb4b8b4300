// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is meant
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base.ts'

export default class ImportLitellm extends BaseCommand {
  static override summary = "Make a config file of a config.yaml of LiteLLM's proxy."
  static override description =
    'Prints the config file, and on stderr what became of each line: carried over, changed, needless here, or left out and why. Keys stay where they are: os.environ/NAME becomes ${NAME}.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> litellm.yaml > config.yaml',
    '<%= config.bin %> <%= command.id %> litellm.yaml --output config.yaml',
  ]
  static override args = {
    file: Args.string({ required: true, description: 'The config.yaml of LiteLLM' }),
  }
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'Write it there; never over a file that is there',
    }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(ImportLitellm)
    const { importLiteLlm, writeImported } = await import('../../cli/import/litellm/import.ts')
    const { importView } = await import('../../terminal/views/imported.ts')
    const { screenOf } = await import('../../terminal/colour.ts')
    const { yaml, ...report } = await importLiteLlm(args.file)
    if (flags.output !== undefined) writeImported(flags.output, yaml)
    else this.log(yaml.trimEnd())
    if (!this.jsonEnabled()) console.error(importView(report, screenOf(process.stderr)))
    return { config: yaml, ...report }
  }
}
