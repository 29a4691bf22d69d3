# Calls: each gives what came: Code (HTTP's, or nothing), Headers, Body, and where it failed: Went (refused, silent, dns,
# tls, other, tool) and Said (in whose words).

$longest = 49152 # bytes of one answer: a secret has 25 KiB at most

function New-Reply { @{ Code = ''; Headers = $null; Body = ''; Went = ''; Said = ''; Allowed = 0 } }

function Get-Cause($failure, [type]$kind) { # of an exception, the one of this kind in it; nothing where there is none
    for ($one = $failure; $null -ne $one; $one = $one.InnerException) {
        if ($one -is $kind) { return $one }
    }
}

function Get-LastWords($failure) { # what the innermost of an exception says
    ConvertTo-Short ($failure.GetBaseException().Message) 300
}

function Send-Plain([string]$url) { # to IMDS: over HTTP, never by a proxy
    Send-Request $url 6 $false @{ Metadata = 'true' }
}

function Send-Bare([string]$url) { # without a token
    Send-Request $url 12 $false @{}
}

function Send-Signed([string]$url) { # with the token, of which the caller made sure that it may go there
    Send-Request $url 12 $true @{}
}

function Send-Request([string]$url, [int]$most, [bool]$signed, [hashtable]$headers) {
    $reply = New-Reply
    $reply.Allowed = Get-SecondsLeft $most
    if ($reply.Allowed -le 0) {
        $reply.Went = 'tool'
        $reply.Said = 'no time was left for it'
        return $reply
    }
    $request = [Net.WebRequest]::CreateHttp($url)
    $request.Proxy = $null
    $request.AllowAutoRedirect = $false
    $request.KeepAlive = $false
    $request.Timeout = 1000 * $reply.Allowed
    $request.ReadWriteTimeout = 1000 * $reply.Allowed
    foreach ($name in $headers.Keys) { $request.Headers.Add($name, $headers[$name]) }
    if ($signed) { $request.Headers.Add('Authorization', 'Bearer ' + $hold.Token) }
    $response = $null
    try {
        try { $response = $request.GetResponse() }
        catch {
            $failure = Get-Cause $_.Exception ([Net.WebException])
            if ($null -eq $failure) { throw }
            $response = $failure.Response
            if ($null -eq $response) { throw }
        }
        $reply.Code = [string][int]$response.StatusCode
        $reply.Headers = $response.Headers
        Read-Body $response $reply
    }
    catch { Set-Failure $reply $_.Exception }
    finally {
        if ($null -ne $response) { $response.Close() }
        $request.Abort()
    }
    $reply
}

function Read-Body($response, [hashtable]$reply) { # no more than an answer may have, and no longer than is left
    $stream = $response.GetResponseStream()
    $buffer = [byte[]]::new($longest + 1)
    $end = $run.Watch.ElapsedMilliseconds + 1000 * $reply.Allowed
    $size = 0
    while ($size -lt $buffer.Length) {
        if ($run.Watch.ElapsedMilliseconds -gt $end) {
            $reply.Code = ''
            $reply.Went = 'silent'
            $reply.Said = 'the answer did not end'
            return
        }
        $came = $stream.Read($buffer, $size, $buffer.Length - $size)
        if ($came -eq 0) { break }
        $size += $came
    }
    if ($size -gt $longest) {
        $reply.Code = ''
        $reply.Went = 'other'
        $reply.Said = 'the answer was too long'
        return
    }
    $reply.Body = [Text.Encoding]::UTF8.GetString($buffer, 0, $size)
    $quotes = [regex]::Matches([regex]::Replace($reply.Body, '\\.', ''), '"').Count
    if ($reply.Body.StartsWith('{') -and $quotes % 2 -eq 1) { # half a token is refused as none, and half a secret has no key
        $reply.Body = ''
        $reply.Code = ''
        $reply.Went = 'other'
        $reply.Said = 'the answer broke off'
    }
}

function Set-Failure([hashtable]$reply, $failure) { # no answer of HTTP came
    $reply.Code = ''
    $reply.Said = Get-LastWords $failure
    $reply.Went = 'other'
    $socket = Get-Cause $failure ([Net.Sockets.SocketException])
    if ($null -ne $socket) {
        $reply.Went = Get-SocketFailure $socket
        return
    }
    $web = Get-Cause $failure ([Net.WebException])
    if ($null -eq $web) { return }
    switch ([string]$web.Status) {
        'Timeout' { $reply.Went = 'silent' }
        'NameResolutionFailure' { $reply.Went = 'dns' }
        'ConnectFailure' { $reply.Went = 'refused' }
        'TrustFailure' { $reply.Went = 'tls' }
        'SecureChannelFailure' { $reply.Went = 'tls' }
    }
}

function Get-SocketFailure($socket) {
    switch ([string]$socket.SocketErrorCode) {
        'ConnectionRefused' { return 'refused' }
        'HostUnreachable' { return 'refused' }
        'NetworkUnreachable' { return 'refused' }
        'TimedOut' { return 'silent' }
        'HostNotFound' { return 'dns' }
        'NoData' { return 'dns' }
        'TryAgain' { return 'dns' }
        default { return 'other' }
    }
}

function Get-Header([hashtable]$reply, [string]$name) {
    if ($null -eq $reply.Headers) { return '' }
    [string]$reply.Headers[$name]
}

function Get-Text([hashtable]$reply, [string]$name) { # the string of that name in the JSON of an answer; escapes stay as they are
    $found = [regex]::Match($reply.Body, '"' + $name + '"[:\s]*(?:"((?:[^"\\]|\\.)*)"|([^,}]*))')
    if (-not $found.Success) { return $null }
    if ($found.Groups[1].Success) { return $found.Groups[1].Value }
    $found.Groups[2].Value
}
