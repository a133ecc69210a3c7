/** docs/command-line.md: every command with its options, as the program itself knows them. */
import type { Argument, Command, Option } from 'commander';

const head = `# Every command

Made from the commands themselves; \`AVAIN_WRITE_DOCS=1 npm test -- test/docs/command-line.test.ts\` writes it anew. In a clone \`avain\` is
\`npm run -s avain --\`, in the image it is \`avain\`. [docs/operate.md](operate.md) and the pages it links to say what each is for.

Commands that need what is stored are answered by the Avain that runs, if one does, and else open the storage themselves. On
MongoDB and Redis they always do. They need the same configuration and secrets as the service, and its user.

**Exit codes.** The same for every command:

| code | means |
|---|---|
| 0 | done; nothing is wrong |
| 1 | refused, failed, or something is wrong: stderr says what, in one line where that is enough |
| 2 | done, and there is something to look at: lines that were not taken (\`import\`), differences (\`plan\`), what waits for a restart (\`apply\`) |
| 141 | whoever read the output stopped early (\`avain … \\| head\`) |

**For programs.** With \`--json\` a command prints JSON and nothing else to stdout: one object, or one a line where it says so.

**For the shell.** \`eval "$(avain completion bash)"\` in \`~/.bashrc\`; \`avain completion zsh\` and \`avain completion fish\` likewise.
`;

export function commandLinePage(program: Command): string {
  return `${head}${program.commands.map((command) => section(command, 'avain')).join('')}`;
}

function section(command: Command, before: string): string {
  const path = `${before} ${command.name()}`;
  const below = command.commands.map((one) => section(one, path)).join('');
  // Some do something themselves, too: those have arguments or options.
  if (command.commands.length > 0 && command.registeredArguments.length + command.options.length === 0) return below;
  const usage = [path, ...command.registeredArguments.map(argumentInWords)].join(' ');
  const options = command.options.filter(({ hidden }) => !hidden).map(optionInWords);
  const list = options.length === 0 ? '' : `\n${options.join('\n')}\n`;
  return `\n## \`${usage}\`\n\n${command.description()}.\n${list}${below}`;
}

const argumentInWords = (argument: Argument): string => {
  const name = argument.variadic ? `${argument.name()}…` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
};

const optionInWords = ({ flags, description, mandatory }: Option): string =>
  `- \`${flags}\`${mandatory ? ' (required)' : ''}: ${description}`;
