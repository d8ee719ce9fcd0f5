// The settings of a tmux server that belongs to one agent. The user's own ~/.tmux.conf is never read.
import { TITLE_MARK_CONFIG } from './title-mark.ts'

/** Lines that the terminal keeps behind the screen. */
export const HISTORY_LINES = 50_000

/**
 * The configuration file's text. `-q` passes over options that a tmux does not know yet.
 *
 * - The program's last screen stays (remain-on-exit) and is not written on (remain-on-exit-format).
 * - The server lives as long as its session and no longer; a client that leaves does not matter to it.
 * - Programs cannot read or write the clipboard or reach the outer terminal (threat T11).
 * - A person who attaches from a terminal finds a plain window: no status line, mouse as the terminal has it; the prefix is
 *   tmux's own C-b, so that there is a way to detach.
 */
export const SERVER_CONFIG = `set -g history-limit ${HISTORY_LINES}
set -s escape-time 0
set -s exit-empty on
set -s exit-unattached off
set -s set-clipboard off
set -s focus-events on
set -sq extended-keys on
set -s default-terminal tmux-256color
set -sa terminal-overrides ',*:Tc'
set -g status off
set -g mouse off
set -g destroy-unattached off
set -g detach-on-destroy on
set -g update-environment ''
set -g set-titles off
set -g visual-bell off
set -g bell-action any
set -wg remain-on-exit on
set -wgq remain-on-exit-format ''
set -wgq allow-passthrough off
set -wg allow-rename off
set -wg automatic-rename off
set -wg window-size latest
set -wg aggressive-resize off
set -wg monitor-bell on
${TITLE_MARK_CONFIG}`
