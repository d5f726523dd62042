<?php

// In place of Composer: Guzzle from where the system has it, and the client from its folder.
require_once 'GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    $prefix = 'Drift\\Contacts\\';
    if (str_starts_with($class, $prefix)) {
        require_once __DIR__ . '/../client/lib/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    }
});
