# Asks a Windows node what its Key Vault extension would meet, as answers.sh and its neighbours ask a Linux node: the
# same questions, in the same order, answered in the same words. For Windows PowerShell 5.1 with what it brings along.
# Read-only. Ends within 120 seconds; each answer is one line, the head line first.
#
# Token and value are in $hold alone: never in an argument (module logging writes those down), in a pipeline, the
# environment, a file, what is printed, or another process. Nothing here starts one that could get them.
#
# Everything is in functions and Start-Probe is called in the last line: a text that arrived in part does nothing.

$budget = 90 # seconds, of all calls together

function Initialize-Run {
    # TLS is verified as the system does it: whatever the session was told about it is taken back
    [Net.ServicePointManager]::ServerCertificateValidationCallback = $null
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    [Net.ServicePointManager]::Expect100Continue = $false
}

function Start-Question { $run.Began = $run.Watch.ElapsedMilliseconds }

function Get-SecondsLeft([int]$most) { # that, or what is left of all
    $left = $budget - [int][Math]::Floor($run.Watch.ElapsedMilliseconds / 1000)
    [Math]::Min($most, $left)
}

function ConvertTo-Printable([string]$text, [int]$most) { # on one line, without what a terminal obeys
    $cut = $text.Substring(0, [Math]::Min($text.Length, $most))
    [regex]::Replace($cut, '[^ -~]', '?')
}

function ConvertTo-Short([string]$text, [int]$most) { # the beginning of an answer, on one line
    $cut = $text.Substring(0, [Math]::Min($text.Length, $most))
    [regex]::Replace($cut, '[\x00-\x1f]', ' ')
}

function Add-Answer([string]$id, [string]$status, [string]$subject, [string]$reason) { # with the time since Start-Question
    foreach ($secret in @($hold.Token, $hold.Value)) {
        if ($secret -and $reason.Contains($secret)) { $reason = 'what was said is left out: it holds a secret' }
    }
    $took = $run.Watch.ElapsedMilliseconds - $run.Began
    $line = @($id, $status, $took, (ConvertTo-Printable $subject 200), (ConvertTo-Printable $reason 900)) -join "`t"
    $run.Told.Add($line)
    if ($status -eq 'fail' -or $status -eq 'unknown') { Set-Head $id $status }
}

function Add-Shut([string]$id, [string]$subject, [string]$reason) { # the direct way does not lead there; of a service that has a proxy it is not the way
    if ($run.Proxied) { Add-Answer $id 'unknown' $subject "$reason; $($run.Proxied) sets a proxy, by which the service may go and this probe does not" }
    else { Add-Answer $id 'fail' $subject $reason }
}

function Set-Head([string]$id, [string]$status) { # of what failed on the way first, else of what is not known
    $ranks = @{
        imds = 1; token = 1; dns = 2; tcp = 3; tls = 4; vault = 5; secret = 6
        clock = 7; disk = 7; store = 7; unit = 7
    }
    $words = @('well', 'identity', 'DNS', 'route', 'TLS', 'vault', 'secret', 'node')
    if (-not $ranks.ContainsKey($id)) { return }
    $rank = $ranks[$id]
    $word = $words[$rank]
    if ($status -eq 'unknown') {
        if ($id -eq 'unit') { return } # not every machine has it
        $rank += 10
    }
    if ($rank -lt $run.Best) {
        $run.Best = $rank
        $run.Word = $word
    }
}

function Get-AllAnswers {
    $status = 'fail'
    if ($run.Best -gt 10) { $status = 'unknown' }
    if ($run.Best -eq 99) { $status = 'pass' }
    $head = @('head', $status, $run.Watch.ElapsedMilliseconds, (ConvertTo-Printable $run.Settings 200), $run.Word) -join "`t"
    (@('troubleshooter probe 1', $head) + $run.Told.ToArray() -join "`n") + "`n"
}
