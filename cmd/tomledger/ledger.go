package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/tomledger/tomledger/ledger"
	"github.com/tomledger/tomledger/sidecar/connect"
)

func ledgerFlag() cli.Flag {
	return &cli.StringFlag{Name: "ledger", Usage: "the ledger `DIR`; otherwise $TOMLEDGER_DIR, or _ai/operation_ledger in the workspace"}
}

func ledgerDir(c *cli.Context) (string, error) {
	return connect.LedgerDir(c.String("ledger"))
}

// existingLedger is ledgerDir for commands that make none.
func existingLedger(c *cli.Context) (string, error) {
	dir, err := ledgerDir(c)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", exit(exitNoLedger, "there is no ledger in %s; name another directory with --ledger or $TOMLEDGER_DIR", dir)
	case err != nil:
		return "", exit(exitNoLedger, "the ledger can't be used: %w", err)
	case !info.IsDir():
		return "", exit(exitNoLedger, "the ledger %s is a file; name a directory with --ledger or $TOMLEDGER_DIR", dir)
	}
	return dir, nil
}

// reader is a ledger that is only read.
type reader struct {
	*ledger.Engine
	dir string
}

// openReader opens the ledger of a command that reads. The caller closes it.
func (p *program) openReader(c *cli.Context) (*reader, error) {
	dir, err := existingLedger(c)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	engine, err := ledger.Open(dir, ledger.Options{ReadOnly: true, Logger: log})
	if err != nil {
		return nil, err
	}
	return &reader{engine, dir}, nil
}

// withOperation runs a command that reads the operation it was given.
func (p *program) withOperation(c *cli.Context, read func(ctx context.Context, l *reader, id string) error) error {
	if err := operands(c, 1, "the operation"); err != nil {
		return err
	}
	l, err := p.openReader(c)
	if err != nil {
		return err
	}
	id, err := l.resolve(c.Context, c.Args().First(), true)
	if err == nil {
		err = read(c.Context, l, id)
	}
	return errors.Join(err, l.Close())
}

// latest is what people call the newest operation.
const latest = "latest"

// operationHelp says how operations are named; it is part of many descriptions.
const operationHelp = "OP is an operation's id, the beginning or end of one that is unique,\nor \"latest\"."

// resolve finds the operation that was meant. With archived, latest may be one
// that has ended.
func (l *reader) resolve(ctx context.Context, name string, archived bool) (string, error) {
	if name == "" {
		return "", exit(exitUsage, "the operation's id is empty; tomledger ls --all lists the ids")
	}
	if name == latest {
		ids, err := l.IDs(ctx, archived)
		if err != nil {
			return "", err
		}
		if len(ids) == 0 {
			return "", exit(exitNotFound, "there is no operation in %s", l.dir)
		}
		return ids[len(ids)-1], nil
	}
	ids, err := l.IDs(ctx, true)
	if err != nil {
		return "", err
	}
	var found []string
	for _, id := range ids {
		if id == name {
			return id, nil
		}
		if strings.HasPrefix(id, name) || strings.HasSuffix(id, name) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return "", exit(exitNotFound, "there is no operation %q in %s; tomledger ls --all lists them", name, l.dir)
	case 1:
		return found[0], nil
	}
	return "", exit(exitUsage, "%q may be each of these operations; give more of the id:%s", name, listed(found))
}

// listed writes a list below a message, the newest first, up to ten.
func listed(ids []string) string {
	const most = 10
	var b strings.Builder
	for i := len(ids) - 1; i >= 0 && i >= len(ids)-most; i-- {
		b.WriteString("\n  " + ids[i])
	}
	if len(ids) > most {
		b.WriteString("\n  ...")
	}
	return b.String()
}
