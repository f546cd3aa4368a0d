# tomledger's completion for fish. Use it with
#   tomledger completion fish | source
function __tomledger_complete
    set -l line (commandline -opc)
    set -l current (commandline -ct)
    if string match -q -- '-*' $current
        set -a line $current
    end
    $line --generate-bash-completion 2>/dev/null
end
complete -c tomledger -f -a '(__tomledger_complete)'
