// Command temporal is Temporal's development server as the product starts it: one process, SQLite, and the web UI.
//
// It takes those options of `temporal server start-dev` that the product uses (../server.ts), so that the Temporal CLI of
// the same version can stand in its place. It opens nothing that was not asked for: no HTTP API, no metrics, no profiler.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	uiversion "github.com/temporalio/ui-server/v2/server/version"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/temporal"
)

func main() {
	err := run(os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "--version" {
		// The part in brackets is the CLI's, and is read by ../version.ts.
		fmt.Printf("vin-activation's development server (Server %s, UI %s)\n", headers.ServerVersion, uiversion.UIVersion)
		return nil
	}
	if len(args) < 2 || args[0] != "server" || args[1] != "start-dev" {
		return errors.New("this is Temporal's server alone: give it --version, or server start-dev and options")
	}
	o, err := parse(args[2:])
	if err != nil {
		return err
	}
	return serve(o)
}

// serve runs until SIGINT or SIGTERM.
func serve(o *options) error {
	// A port that is taken is said at once and with its number, not after half of the server has started.
	for _, port := range []int{o.port, o.httpPort, o.uiPort} {
		if err := checkFree(o.ip, port); err != nil {
			return err
		}
	}
	logger, err := buildLogger(o.logLevel)
	if err != nil {
		return err
	}
	serverOptions, err := buildServerOptions(o, logger)
	if err != nil {
		return err
	}
	server, err := temporal.NewServer(serverOptions...)
	if err != nil {
		return err
	}
	if !o.headless {
		ui := buildUI(o)
		defer ui.Stop()
		go func() {
			if err := ui.Start(); err != nil {
				logger.Fatal("the web UI has ended: " + err.Error())
			}
		}()
	}
	return server.Start()
}

func buildUI(o *options) *uiserver.Server {
	return uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host:                o.ip,
		Port:                o.uiPort,
		TemporalGRPCAddress: address(o.ip, o.port),
		EnableUI:            true,
		// No other origin is allowed. The cookie against forged orders goes over plain HTTP, on this machine.
		CORS: uiconfig.CORS{CookieInsecure: true},
		// No calls home.
		DisableNewsFetch: true,
		HideLogs:         true,
	}))
}

func checkFree(ip string, port int) error {
	if port == 0 {
		return nil
	}
	listener, err := net.Listen("tcp", address(ip, port))
	if err != nil {
		return err
	}
	return listener.Close()
}

func address(ip string, port int) string {
	return net.JoinHostPort(ip, strconv.Itoa(port))
}
