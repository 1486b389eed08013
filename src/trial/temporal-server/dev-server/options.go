package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/dynamicconfig"
)

// options are those of `temporal server start-dev`, with the same names and meanings.
type options struct {
	ip       string
	port     int
	httpPort int // 0: no HTTP API
	uiPort   int
	headless bool
	logLevel string
	// A SQLite file that survives restarts; empty: everything is in memory.
	database         string
	pragmas          map[string]string
	searchAttributes map[string]enums.IndexedValueType
	dynamicConfig    dynamicconfig.StaticClient
}

func parse(args []string) (*options, error) {
	o := &options{
		pragmas:          map[string]string{},
		searchAttributes: map[string]enums.IndexedValueType{},
		dynamicConfig:    dynamicconfig.StaticClient{},
	}
	flags := flag.NewFlagSet("server start-dev", flag.ContinueOnError)
	flags.StringVar(&o.ip, "ip", "127.0.0.1", "address of every listener")
	flags.IntVar(&o.port, "port", 7233, "port of the gRPC frontend")
	flags.IntVar(&o.httpPort, "http-port", 0, "port of the HTTP API; without it there is none")
	flags.IntVar(&o.uiPort, "ui-port", 0, "port of the web UI (default: --port and 1000)")
	flags.BoolVar(&o.headless, "headless", false, "no web UI")
	flags.StringVar(&o.logLevel, "log-level", "warn", "debug, info, warn or error")
	flags.StringVar(&o.database, "db-filename", "", "SQLite file; without it everything is in memory")
	flags.Func("sqlite-pragma", "NAME=VALUE, repeated", func(text string) error {
		name, value, err := split(text)
		o.pragmas[name] = value
		return err
	})
	flags.Func("search-attribute", "NAME=TYPE, repeated", func(text string) error {
		name, value, err := split(text)
		if err != nil {
			return err
		}
		o.searchAttributes[name], err = enums.IndexedValueTypeFromString(value)
		return err
	})
	flags.Func("dynamic-config-value", "KEY=JSON, repeated", func(text string) error {
		key, value, err := split(text)
		if err != nil {
			return err
		}
		o.dynamicConfig[dynamicconfig.MakeKey(key)], err = parseJSON(value)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if o.headless {
		o.uiPort = 0
	} else if o.uiPort == 0 {
		o.uiPort = o.port + 1000
	}
	return o, nil
}

func split(text string) (name, value string, err error) {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return "", "", errors.New("it must be NAME=VALUE")
	}
	return name, value, nil
}

// parseJSON gives whole numbers as int: dynamic config takes no other type for them.
func parseJSON(text string) (any, error) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	number, isNumber := value.(json.Number)
	if !isNumber {
		return value, nil
	}
	if whole, err := number.Int64(); err == nil {
		return int(whole), nil
	}
	return number.Float64()
}
