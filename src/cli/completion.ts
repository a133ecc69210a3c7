/** `avain completion SHELL`: what can be typed next, for the shell; made from the commands themselves. */
import { Argument, type Command } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** A command by the words that lead to it, with what may follow. */
type Place = { readonly path: string; readonly words: readonly string[] };

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('a script that completes commands and options: eval "$(avain completion bash)"')
    .addArgument(new Argument('<shell>').choices(shells))
    // A cast: commander has refused every other.
    .action((shell: string) => void process.stdout.write(scripts[shell as Shell](placesOf(program, ''))));
}

function placesOf(command: Command, path: string): readonly Place[] {
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => (long ? [long] : []));
  const below = command.commands.flatMap((one) => placesOf(one, path === '' ? one.name() : `${path} ${one.name()}`));
  return [{ path, words: [...command.commands.map((one) => one.name()), ...options, '--help'] }, ...below];
}

/** Names of commands and options are letters and hyphens: nothing in them means anything to a shell. */
function table(places: readonly Place[]): string {
  const lines = places.map(({ path, words }) => `    '${path}') echo '${words.join(' ')}' ;;`);
  return `_avain_words() {\n  case "$1" in\n${lines.join('\n')}\n    *) return 1 ;;\n  esac\n}\n`;
}

/** Walks the words that are commands; what is no command is an argument of the last one. */
const walk = `  for word in "$@"; do
    if _avain_words "\${path:+$path }$word" >/dev/null; then path="\${path:+$path }$word"; fi
  done
`;

const scripts: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) => `${table(places)}_avain_at() {
  local path='' word
${walk}  _avain_words "$path"
}
_avain() {
  local known
  known=$(_avain_at "\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  mapfile -t COMPREPLY < <(compgen -W "$known" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _avain avain
`,
  zsh: (places) => `#compdef avain
${table(places)}_avain_at() {
  local path_so_far='' word
${walk.replaceAll('path', 'path_so_far')}  _avain_words "$path_so_far"
}
_avain() {
  compadd -- \${=$(_avain_at "\${words[@]:1:CURRENT-2}")}
  _files
}
compdef _avain avain
`,
  fish: (places) => `function __avain_at
  set -l words (commandline -opc)[2..-1]
  set -l path
  for word in $words
    if contains -- (string join ' ' $path $word) ${places.map(({ path }) => `'${path}'`).join(' ')}
      set -a path $word
    end
  end
  set -l at (string join ' ' -- $path)
  test "$at" = "$argv"
end
${places.map(({ path, words }) => `complete -c avain -n "__avain_at ${path}" -a '${words.join(' ')}'`).join('\n')}
`,
};
